import { Agent, get } from "node:http";

const NO_POOL = new Agent({ keepAlive: false });

/** The text of a page. Rejects when none comes within `patience` milliseconds. */
export function fetchPage(url: string, patience: number, agent: Agent = NO_POOL): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        clearTimeout(timer);
        resolve(Buffer.concat(chunks).toString());
      });
    });
    const timer = setTimeout(() => request.destroy(new Error(`${url}: no answer`)), patience);
    request.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
