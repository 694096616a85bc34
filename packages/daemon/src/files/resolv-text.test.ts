import { expect, it } from "vitest";
import { resolvText } from "./resolv-text.ts";

const host = "# made by hand\nnameserver 192.0.2.53\nsearch example.org\noptions ndots:2\n";

it("has the host's name servers unless there are others", () => {
  expect(resolvText(host)).toBe("nameserver 192.0.2.53\nsearch example.org\noptions ndots:2\n");
  expect(resolvText(host, { servers: ["9.9.9.9"], search: ["a", "b"], options: ["rotate"] })).toBe(
    "nameserver 9.9.9.9\nsearch a b\noptions rotate\n",
  );
  expect(resolvText(host, { search: ["."] })).toBe("nameserver 192.0.2.53\noptions ndots:2\n");
});
