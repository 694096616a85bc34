import { IPHLPAPI } from "./iphlpapi.ts";
import { loadKoffi } from "./koffi.ts";
import { RESULTS } from "./types.ts";

/**
 * Puts the calling thread into a network compartment: sockets that it makes from now on are in it. Called by threads that do
 * nothing else, and so without what an error of cnm's would load.
 */
export function enterCompartment(iphlpapi: string, compartment: number): void {
  const library = loadKoffi().load(iphlpapi);
  const set = library.func("SetCurrentThreadCompartmentId", RESULTS[IPHLPAPI.SetCurrentThreadCompartmentId.returns], [
    "uint32_t",
  ]);
  const get = library.func(
    "GetCurrentThreadCompartmentId",
    RESULTS[IPHLPAPI.GetCurrentThreadCompartmentId.returns],
    [],
  );
  const result = set(compartment);
  if (result !== 0)
    throw new Error(`SetCurrentThreadCompartmentId(${compartment}) failed with Windows error ${result}`);
  const found = get();
  if (found !== compartment) throw new Error(`the thread is in compartment ${found}, not in ${compartment}`);
}
