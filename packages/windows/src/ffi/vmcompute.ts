/** HNS v1: method, path, request, response. Here for what the newer API lacks: the version, and endpoints' counters. */
export const VMCOMPUTE = {
  HNSCall: { args: ["PCWSTR", "PCWSTR", "PCWSTR", "PWSTR*"], returns: "HRESULT" },
} as const;
