import { CnmError, type CnmErrorOptions } from "@cnm/core";
import { describeHresult, meansExists, meansNotFound } from "./hresults.ts";

export interface HcnFailure {
  /** What was being done: "HcnCreateNetwork 4f0c…". */
  readonly operation: string;
  /** Unsigned. */
  readonly hresult: number;
  /** What HNS says of it: JSON with its own text, which is in the host's language. */
  readonly record?: string;
  /** The document that was sent. */
  readonly request?: string;
}

/** HNS refused, or could not be reached. Branch on `hresult`, never on texts. `code` is "hcn" and the HRESULT's name. */
export class HcnError extends CnmError {
  override readonly name: string = "HcnError";
  readonly operation: string;
  readonly hresult: number;
  readonly hresultName: string;
  readonly record: string | undefined;
  readonly request: string | undefined;

  constructor(failure: HcnFailure, options: CnmErrorOptions = {}) {
    const { operation, hresult, record, request } = failure;
    const { name, text, kind } = describeHresult(hresult);
    const said = saidBy(record);
    const digits = `0x${hresult.toString(16).padStart(8, "0")}`;
    const code = name === digits ? digits : `${name} ${digits}`;
    super(
      kind,
      `hcn-${name.toLowerCase()}`,
      `${operation}: ${text} (${code}${said === undefined ? "" : `: ${said}`})`,
      options,
    );
    this.operation = operation;
    this.hresult = hresult;
    this.hresultName = name;
    this.record = record;
    this.request = request;
  }

  /** The object that was asked for is not there. */
  get isNotFound(): boolean {
    return meansNotFound(this.hresult);
  }

  /** What was to be made is there already. */
  get isExists(): boolean {
    return meansExists(this.hresult);
  }
}

function saidBy(record: string | undefined): string | undefined {
  if (record === undefined || record === "") return undefined;
  try {
    const parsed: unknown = JSON.parse(record);
    if (typeof parsed === "object" && parsed !== null && "Error" in parsed && typeof parsed.Error === "string") {
      return parsed.Error.trim();
    }
  } catch {
    // Not JSON: what it says is told as it is.
  }
  return record.trim();
}
