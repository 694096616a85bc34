import { errnoName } from "./errno.ts";

export interface NetlinkErrorDetail {
  /** What was asked: "create veth veth3f2a901". */
  readonly what: string;
  readonly errno: number;
  /** The kernel's own words (NLMSGERR_ATTR_MSG), where it has some. */
  readonly kernelMessage?: string;
  /** Where in the request the kernel stumbled (NLMSGERR_ATTR_OFFS). */
  readonly offset?: number;
}

/** The kernel said no. `code` is the errno's name. */
export class NetlinkError extends Error {
  override readonly name = "NetlinkError";
  readonly errno: number;
  readonly code: string;
  readonly what: string;
  readonly kernelMessage: string | undefined;
  readonly offset: number | undefined;

  constructor(detail: NetlinkErrorDetail) {
    const words = detail.kernelMessage === undefined ? "" : ` (kernel: "${detail.kernelMessage}")`;
    super(`${detail.what}: ${errnoName(detail.errno)}${words}`);
    this.errno = detail.errno;
    this.code = errnoName(detail.errno);
    this.what = detail.what;
    this.kernelMessage = detail.kernelMessage;
    this.offset = detail.offset;
  }
}

/** Of a request: undefined = done. */
export type Outcome = NetlinkError | undefined;
