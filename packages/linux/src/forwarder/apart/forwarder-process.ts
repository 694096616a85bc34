import { bindLibc } from "../../ffi/libc.ts";
import { loadFfi } from "../../ffi/load-ffi.ts";
import { currentNamespace } from "../../netns/namespace.ts";
import { carryHere } from "../carry-here.ts";
import { LISTENER, TITLE } from "./process-facts.ts";
import { serveCarrier } from "./serve-carrier.ts";

/** The program of the process that forwards connections for a daemon, begun in the host's namespace by `launch`. */
const ffi = loadFfi();
const libc = bindLibc(ffi);
process.title = TITLE;
const carrier = carryHere({ libc, host: currentNamespace(libc) });
const serving = serveCarrier({ ffi, libc, carrier, end: () => process.exit() }, LISTENER);
// Whatever refers to it: what nobody refers to is collected, and watches nothing any more.
process.on("exit", () => serving[Symbol.dispose]());
