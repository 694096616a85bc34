import type { Koffi, KoffiType } from "./koffi.ts";

/** What a C type is in a call: what the caller gives, or what the function gives back. */
interface In<T> {
  readonly direction: "in";
  readonly value?: T;
}
interface Out<T> {
  readonly direction: "out";
  readonly value?: T;
}

const given = <T>(): In<T> => ({ direction: "in" });
const back = <T>(): Out<T> => ({ direction: "out" });

/** An address in the memory of the callee: only to be handed back to it. */
export type Handle = bigint;

/** The C types that appear in the tables, under their own names. */
export const TYPES = {
  /** By address, in C: 16 bytes. */
  REFGUID: given<Uint8Array>(),
  PCWSTR: given<string | null>(),
  ULONG: given<number>(),
  DWORD: given<number>(),
  USHORT: given<number>(),
  HANDLE: given<Handle>(),
  HCN_NETWORK: given<Handle>(),
  HCN_NAMESPACE: given<Handle>(),
  HCN_ENDPOINT: given<Handle>(),
  HCN_LOADBALANCER: given<Handle>(),
  HCN_SDNROUTE: given<Handle>(),
  HCN_GUESTNETWORKSERVICE: given<Handle>(),
  HCN_CALLBACK: given<Handle>(),
  HCN_NOTIFICATION_CALLBACK: given<Handle>(),
  HCN_PORT_PROTOCOL: given<number>(),
  HCN_PORT_ACCESS: given<number>(),
  /** What a callback is given back with each call. */
  "void*": given<null>(),
  /** Memory that the function writes to. */
  "GUID*": given<Uint8Array>(),
  "HCN_PORT_RANGE_RESERVATION*": given<Uint8Array>(),
  "HCN_PORT_RANGE_ENTRY*": given<Handle>(),
  SE_OBJECT_TYPE: given<number>(),
  PSID: given<null>(),
  PACL: given<Handle | null>(),
  PSECURITY_DESCRIPTOR: given<Handle>(),
  /** Texts that the function has allocated: copied, and freed with CoTaskMemFree, by the time the call returns. */
  "PWSTR*": back<string | null>(),
  "ULONG*": back<number>(),
  "HANDLE*": back<Handle>(),
  "HCN_NETWORK*": back<Handle>(),
  "HCN_NAMESPACE*": back<Handle>(),
  "HCN_ENDPOINT*": back<Handle>(),
  "HCN_LOADBALANCER*": back<Handle>(),
  "HCN_SDNROUTE*": back<Handle>(),
  "HCN_GUESTNETWORKSERVICE*": back<Handle>(),
  "HCN_CALLBACK*": back<Handle>(),
  "HCN_PORT_RANGE_ENTRY**": back<Handle>(),
  "BOOL*": back<number>(),
  "PSID*": back<Handle | null>(),
  "PACL*": back<Handle | null>(),
  "PSECURITY_DESCRIPTOR*": back<Handle | null>(),
  /** As PWSTR*, but freed with LocalFree. */
  "LPWSTR*": back<string | null>(),
} as const;

export type CType = keyof typeof TYPES;
export type CResult = "HRESULT" | "ULONG" | "DWORD" | "BOOL" | "HANDLE" | "VOID";

/** What the caller gives: the arguments without those that only bring something back. */
export type Given<A extends readonly CType[]> = A extends readonly [infer First, ...infer Rest]
  ? First extends CType
    ? Rest extends readonly CType[]
      ? (typeof TYPES)[First] extends In<infer T>
        ? [T, ...Given<Rest>]
        : Given<Rest>
      : never
    : never
  : [];

/** What comes back through arguments, in their order. */
export type Back<A extends readonly CType[]> = A extends readonly [infer First, ...infer Rest]
  ? First extends CType
    ? Rest extends readonly CType[]
      ? (typeof TYPES)[First] extends Out<infer T>
        ? [T, ...Back<Rest>]
        : Back<Rest>
      : never
    : never
  : [];

export const isOut = (type: CType): boolean => TYPES[type].direction === "out";

/** Texts that are freed after their conversion. */
export interface TextTypes {
  /** With CoTaskMemFree. */
  readonly task: KoffiType;
  /** With LocalFree. */
  readonly local: KoffiType;
}

/** The C types as koffi knows them, on 64-bit Windows. */
export function koffiTypes(koffi: Koffi, texts: TextTypes): (type: CType) => KoffiType {
  const numbers: Partial<Record<CType, string>> = {
    ULONG: "uint32_t",
    DWORD: "uint32_t",
    SE_OBJECT_TYPE: "int32_t",
    USHORT: "uint16_t",
    HCN_PORT_PROTOCOL: "int32_t",
    HCN_PORT_ACCESS: "int32_t",
    PCWSTR: "str16",
  };
  const address = koffi.pointer("void");
  const outs: Partial<Record<CType, KoffiType>> = {
    "PWSTR*": texts.task,
    "LPWSTR*": texts.local,
    "ULONG*": "uint32_t",
    "BOOL*": "int32_t",
  };
  return (type) => (isOut(type) ? koffi.out(koffi.pointer(outs[type] ?? address)) : (numbers[type] ?? address));
}

export const RESULTS: Readonly<Record<CResult, string>> = {
  HRESULT: "int32_t",
  ULONG: "uint32_t",
  DWORD: "uint32_t",
  BOOL: "int32_t",
  HANDLE: "uint64_t",
  VOID: "void",
};
