import { connect, createServer } from 'node:net';

/** A TCP proxy in front of the S3 server that can be made to break every connection for a while. */
export class Outage {
  #sockets = new Set();
  #isDown = false;

  /** Listens on every address of this machine, towards `endpoint` (http://host:port). */
  static async open(endpoint) {
    const { hostname, port } = new URL(endpoint);
    const outage = new Outage();
    outage.server = createServer((client) => outage.#pipe(client, { host: hostname, port: Number(port) }));
    await new Promise((resolve) => outage.server.listen(0, '0.0.0.0', resolve));
    outage.endpoint = `http://${hostname}:${outage.server.address().port}`;
    return outage;
  }

  #pipe(client, target) {
    if (this.#isDown) return client.destroy();
    const upstream = connect(target);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ]) {
      this.#sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }

  begin() {
    this.#isDown = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  end() {
    this.#isDown = false;
  }

  async close() {
    this.begin();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
