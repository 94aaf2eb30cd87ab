import { Duplex } from 'node:stream';
import { connect } from 'node:tls';

/** The first record of a client of TLS, as it goes over the wire. */
export function recordClientHello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        resolve(chunk);
        done();
      },
    });
    connect({ socket: wire, rejectUnauthorized: false }).on('error', () => {});
  });
}
