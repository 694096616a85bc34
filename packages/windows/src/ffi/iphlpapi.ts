/**
 * Compartments. Results are Windows error numbers, 0 for success. The thread's compartment is the calling thread's: these are
 * never called on a thread of the pool. Microsoft's Docker and hcsshim call them; its documentation calls some reserved.
 */
export const IPHLPAPI = {
  GetCurrentThreadCompartmentId: { args: [], returns: "ULONG" },
  SetCurrentThreadCompartmentId: { args: ["ULONG"], returns: "ULONG" },
  ConvertCompartmentGuidToId: { args: ["REFGUID", "ULONG*"], returns: "ULONG" },
  ConvertCompartmentIdToGuid: { args: ["ULONG", "GUID*"], returns: "ULONG" },
} as const;
