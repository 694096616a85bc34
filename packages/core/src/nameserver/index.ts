export * from "./constants.ts";
export * from "./frames.ts";
export * from "./serve-tcp.ts";
export * from "./tcp-conversation.ts";
