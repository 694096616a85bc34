import { createRequire } from "node:module";

/** The part of koffi that is used here: it is imported nowhere else. */
export interface Koffi {
  load(path: string): KoffiLibrary;
  pointer(type: KoffiType): KoffiType;
  out(type: KoffiType): KoffiType;
  /** A type whose values are given to `free` as soon as they have been converted. */
  disposable(type: KoffiType, free: KoffiFunction): KoffiType;
  proto(result: KoffiType, args: readonly KoffiType[]): KoffiType;
  register(callback: (...args: readonly unknown[]) => unknown, type: KoffiType): bigint;
  unregister(callback: bigint): void;
}

/** A name, or what koffi made of one. Names of own types are known to a whole process: here they have none. */
export type KoffiType = string | object;

export interface KoffiLibrary {
  func(name: string, result: KoffiType, args: readonly KoffiType[]): KoffiFunction;
}

export interface KoffiFunction {
  (...args: readonly unknown[]): unknown;
  async(...args: readonly unknown[]): void;
}

/** Loaded when something native is to be called, and not before. */
export const loadKoffi = (): Koffi => createRequire(import.meta.url)("koffi") as Koffi;
