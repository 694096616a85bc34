import { createServer } from "node:http";

/** `node page.mjs PORT TEXT`: serves one page, which says who asked for it and from which port. */
const [port = "80", text = "hello"] = process.argv.slice(2);

const server = createServer(({ socket }, response) => {
  response.end(`${text}, asked by ${socket.remoteAddress?.replace("::ffff:", "")} from port ${socket.remotePort}`);
});
// An open connection stays open, however long nothing is asked over it.
server.keepAliveTimeout = 0;
server.listen(Number(port), () => console.log(`serving on port ${port}`));
