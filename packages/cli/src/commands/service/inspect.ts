import type { Action } from "../../program/command-spec.ts";
import { inspect } from "../each.ts";

export const inspectServices: Action = async (input, context) => {
  const api = await context.api();
  return await inspect(context.io, input, (name) => api.service(name));
};
