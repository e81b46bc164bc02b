/** Whether a stream is a terminal whose cursor can be moved. With `TERM=dumb` it can only print lines. */
export function movesCursor({ isTTY }: { readonly isTTY?: boolean | undefined }): boolean {
  return isTTY === true && process.env["TERM"] !== "dumb";
}
