import * as nodeModule from "node:module";

/** Compiled code is kept between runs where Node can do that, which it can from 22.8 on. */
export function enableCompileCache(): void {
  if ("enableCompileCache" in nodeModule && typeof nodeModule.enableCompileCache === "function") {
    nodeModule.enableCompileCache();
  }
}
