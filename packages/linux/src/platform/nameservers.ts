import { readFile } from "node:fs/promises";

/** systemd-resolved's stub hides the real servers, which are listed there. */
const FILES = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"];

/** The addresses of the host's name servers, as the resolver's files list them. */
export async function readNameservers(): Promise<readonly string[]> {
  const texts = await Promise.all(FILES.map((path) => readFile(path, "utf8").catch(() => "")));
  return [...new Set(texts.flatMap(parseNameservers))];
}

/** resolv.conf(5). A zone ("fe80::1%eth0") is left off. */
export function parseNameservers(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*nameserver\s+([0-9a-fA-F.:]+)/.exec(line);
    return match?.[1] === undefined ? [] : [match[1]];
  });
}
