import { render } from "preact";
import { App } from "./ui/app.tsx";

const place = document.querySelector("#app");
if (place !== null) render(<App />, place);
