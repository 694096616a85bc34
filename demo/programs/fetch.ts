import { fetchPage } from "./fetch-page.ts";
import { tell } from "./tell.ts";

/** `node fetch.mjs URL [MILLISECONDS]`: prints the page; status 1 when there is no answer. */
const [url = "", patience = "10000"] = process.argv.slice(2);

await tell(fetchPage(url, Number(patience)));
