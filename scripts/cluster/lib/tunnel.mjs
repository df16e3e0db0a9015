import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

import { SERVER_NAMESPACE, until } from './kubectl.mjs';

const PAUSE_MILLISECONDS = 300;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A port of this machine that leads to the control plane's Service; made anew where its pod goes away. */
export class Tunnel {
  static async open() {
    const tunnel = new Tunnel(await freePort());
    tunnel.#start();
    await until('the control plane behind the tunnel', 60, () => tunnel.isReady());
    return tunnel;
  }

  #child;
  #isOpen = true;

  constructor(port) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  isReady() {
    return fetch(`${this.url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  #start() {
    if (!this.#isOpen) return;
    const args = [
      '--namespace',
      SERVER_NAMESPACE,
      'port-forward',
      'service/control-plane',
      `${this.port}:80`,
    ];
    this.#child = spawn('kubectl', args, { stdio: 'ignore' });
    this.#child.once('exit', () => setTimeout(() => this.#start(), PAUSE_MILLISECONDS));
  }

  /** Drops the connection; the next pod that serves is found. A tunnel to a dead pod does not always notice. */
  renew() {
    this.#child.kill('SIGKILL');
  }

  close() {
    this.#isOpen = false;
    this.#child.kill('SIGKILL');
  }
}
