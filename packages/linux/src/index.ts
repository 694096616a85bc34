export type * from "./ffi/ffi.ts";
export { bindLibc, type Libc } from "./ffi/libc.ts";
export { loadFfi } from "./ffi/load-ffi.ts";
export type * from "./firewall/firewall.ts";
export { currentNamespace, type Namespace } from "./netns/namespace.ts";
export { openNamespace } from "./netns/open-namespace.ts";
export { createNamespace, deleteNamespace, listNamespaces } from "./netns/pin.ts";
export { spawnInNamespace } from "./netns/spawn-in-namespace.ts";
export type * from "./resources/resource.ts";
