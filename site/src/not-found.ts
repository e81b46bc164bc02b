/** What a page says that does not exist. VitePress renders no such page, so that it is also written for browsers without scripts. */
export const notFound = `<h1>This page does not exist.</h1>
<p>Begin with the guide, <a href="/guide/start.html">Start in one minute</a>, or look into <a href="/reference/endpoints.html">the lists of the API</a>.</p>`;
