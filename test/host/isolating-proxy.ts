// A server in front of another one that makes its pages cross-origin isolated, as some servers of VS Code do when they are
// asked by ?vscode-coi=on: only on such pages can workers of a browser share memory.

import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";

const isolating = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
} as const;

/** A proxy that listens on 127.0.0.1. */
export interface IsolatingProxy {
  readonly port: number;
  close(): void;
}

/** Starts a proxy for what listens on `port` of 127.0.0.1, for plain requests and WebSockets. */
export async function startIsolatingProxy(port: number): Promise<IsolatingProxy> {
  const there = { host: "127.0.0.1", port };
  const server = createServer((incoming, answer) => {
    const { method, url: path, headers } = incoming;
    const outgoing = request({ ...there, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, { ...response.headers, ...isolating });
      response.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    incoming.pipe(outgoing);
  });
  server.on("upgrade", (incoming, socket, head) => {
    const through = connect(there, () => {
      const headers = incoming.rawHeaders.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
      through.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers}\r\n`);
      through.write(head);
      socket.pipe(through).pipe(socket);
    });
    through.on("error", () => socket.destroy());
    socket.on("error", () => through.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  return {
    port: address.port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
