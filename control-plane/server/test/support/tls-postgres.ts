import { readFileSync } from 'node:fs';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { TLSSocket, createSecureContext } from 'node:tls';

/** Certificate for localhost, its key, and the CA that signed it: of tests only, valid until 2126. */
const file = (name: string): string => new URL(`tls/${name}`, import.meta.url).pathname;
export const TEST_CA = file('ca.crt');

const SSL_REQUEST = 80_877_103;

/** A door to the Postgres of a URL that takes connections with TLS only, as managed services do. */
export class TlsPostgres {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async open(target: string): Promise<TlsPostgres> {
    const { hostname, port } = new URL(target);
    const secureContext = createSecureContext({
      cert: readFileSync(file('server.crt')),
      key: readFileSync(file('server.key')),
    });
    const server = createServer();
    const door = new TlsPostgres(server);
    server.on('connection', (socket) => {
      door.sockets.add(socket.on('error', () => socket.destroy()));
      socket.once('data', (first: Buffer) => {
        if (first.readUInt32BE(4) !== SSL_REQUEST) {
          socket.destroy();
          return;
        }
        socket.write('S');
        const secure = new TLSSocket(socket, { isServer: true, secureContext });
        const inner = connect(Number(port), hostname);
        inner.on('error', () => secure.destroy());
        secure.on('error', () => inner.destroy());
        secure.pipe(inner).pipe(secure);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return door;
  }

  /** The URL of a database behind it, by the name that its certificate has. */
  urlOf(target: string, query: Readonly<Record<string, string>>): string {
    const url = new URL(target);
    url.hostname = 'localhost';
    url.port = String((this.server.address() as AddressInfo).port);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url.href;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
