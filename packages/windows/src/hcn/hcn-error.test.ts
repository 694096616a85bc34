import { expect, it } from "vitest";
import { failureOf } from "./client/failure-of.ts";
import { HcnError } from "./hcn-error.ts";

const RECORD = '{"Success":false,"Error":"The specified port already exists. ","ErrorCode":2151350291}';

it("tells what was done, what it means, and what HNS says", () => {
  const error = new HcnError({
    operation: "HcnCreateEndpoint endpoint web1",
    hresult: 0x803b0013,
    record: RECORD,
    request: "{}",
  });
  expect(error.message).toBe(
    "HcnCreateEndpoint endpoint web1: the port is taken (HCN_E_PORT_ALREADY_EXISTS 0x803b0013: The specified port already exists.)",
  );
  expect([error.kind, error.status, error.code]).toEqual(["conflict", 409, "hcn-hcn_e_port_already_exists"]);
  expect([error.isExists, error.isNotFound, error.record, error.request]).toEqual([true, false, RECORD, "{}"]);
});

it("knows the codes that stand for not there, and those for there already", () => {
  const of = (hresult: number) => new HcnError({ operation: "x", hresult });
  for (const hresult of [0x803b0001, 0x803b0002, 0x80070490]) {
    expect([of(hresult).kind, of(hresult).isNotFound]).toEqual(["not-found", true]);
  }
  for (const hresult of [0x803b0010, 0x803b0012, 0x803b0013, 0x800700b7, 0x80071392, 0x80070034]) {
    expect([of(hresult).kind, of(hresult).isExists]).toEqual(["conflict", true]);
  }
  expect(of(0x80070005).kind).toBe("forbidden");
  expect(of(0x800706ba).kind).toBe("unavailable");
  expect(of(0x80004001).kind).toBe("unsupported");
});

it("tells of codes that it does not know, and of records that are no JSON", () => {
  const error = new HcnError({ operation: "x", hresult: 0x8badf00d, record: "kaputt " });
  expect(error.message).toBe("x: HNS failed (0x8badf00d: kaputt)");
  expect(error.kind).toBe("internal");
});

it("takes an error record for a failure, whatever the result says", () => {
  expect(failureOf(0, null)).toBeUndefined();
  expect(failureOf(0, "")).toBeUndefined();
  expect(failureOf(1, null)).toBeUndefined();
  expect(failureOf(0x80070490, null)).toEqual({ hresult: 0x80070490 });
  expect(failureOf(0, RECORD)).toEqual({ hresult: 0x803b0013, record: RECORD });
  expect(failureOf(0, "kaputt")).toEqual({ hresult: 0x80004005, record: "kaputt" });
});
