import { describe, it } from "vitest";
import { storeConformance } from "../testing/store-conformance.ts";
import { memoryStore } from "./memory-store.ts";

describe("memory store", () => storeConformance({ describe, it }, memoryStore));
