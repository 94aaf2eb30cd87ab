// In the bundle this stands in for node:http under ws, which asks it for one thing only: to send the opening handshake
// of RFC 6455 and read the head of the answer. Agents, keep-alive, bodies and the server come with node:http, and 2 MB
// of an idle agent.
import { EventEmitter } from 'node:events';

/** As node:http's default for the head of a message. */
const HEAD_LIMIT_BYTES = 16 * 1024;

/** A ClientRequest as far as ws uses one: emits `upgrade`, `response`, `timeout` or `error`, once. */
export function request(options) {
  const request = new EventEmitter();
  // Before the connection: ws sets `path` to undefined when it makes one.
  const head = formatRequest(options);
  // A copy: ws takes the path out of what it is given, since node:net would read it as a socket's.
  const socket = options.createConnection({ ...options });
  let received = Buffer.alloc(0);
  let settled = false;
  const settle = (event, ...values) => {
    if (settled) return;
    settled = true;
    for (const [name, listener] of listeners) socket.off(name, listener);
    socket.setTimeout(0);
    // What goes wrong from here on is the next owner's; a socket without one must not end the process.
    if (event !== 'upgrade') socket.on('error', () => {}).destroy();
    request.emit(event, ...values);
  };
  const listeners = [
    ['connect', () => socket.write(head)],
    ['data', hear],
    ['error', (error) => settle('error', error)],
    ['close', () => settle('error', new Error('socket hang up'))],
    ['timeout', () => request.emit('timeout')],
  ];
  for (const [name, listener] of listeners) socket.on(name, listener);
  if (options.timeout) socket.setTimeout(options.timeout);
  // One that is handed over connected, as TLS's is, does not say so again.
  if (!socket.connecting) process.nextTick(() => settled || socket.write(head));
  return Object.assign(request, {
    socket,
    setHeader: () => {},
    end: () => {},
    abort: () => settle('error', new Error('aborted')),
  });

  function hear(data) {
    received = Buffer.concat([received, data]);
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) {
      if (received.length > HEAD_LIMIT_BYTES) settle('error', new Error('the answer has no end of its head'));
      return;
    }
    const answer = parseHead(received.toString('latin1', 0, end));
    if (answer === null) settle('error', new Error('the answer is not HTTP'));
    else if (answer.statusCode === 101) {
      // As node:http leaves it: undecided, so that the next owner's listener for data makes it flow.
      socket.readableFlowing = null;
      settle('upgrade', answer, socket, received.subarray(end + 4));
    } else settle('response', answer);
  }
}

function formatRequest({ path, headers, host, port }) {
  const all = { Host: `${host.includes(':') ? `[${host}]` : host}:${port}`, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** RFC 9112, sections 4 and 5; null for what is no answer. */
function parseHead(text) {
  const [first, ...lines] = text.split('\r\n');
  const statusCode = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1]);
  const headers = {};
  for (const line of lines) {
    const field = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (field === null) return null;
    headers[field[1].toLowerCase()] = field[2];
  }
  return Number.isNaN(statusCode) ? null : { statusCode, headers };
}
