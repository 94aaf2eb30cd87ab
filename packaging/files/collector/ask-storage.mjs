// Has trimtab-storage.socket run lvs or dmsetup, whichever is named, as root, and prints what it said.
// The arguments are those that stand there, whatever was asked with.
import { connect } from 'node:net';

const [name, place = '/run/trimtab-storage.sock'] = process.argv.slice(2);
const socket = connect(place, () => socket.end(`${name}\n`));
socket.setEncoding('utf8');
let said = '';
socket.on('data', (text) => {
  said += text;
});
socket.on('error', (error) => fail(error.message));
socket.on('end', () => {
  const end = said.indexOf('\n');
  const code = Number(said.slice(0, end));
  if (end < 0) fail('there was no answer');
  else if (code === 127) fail('it is not installed on this host');
  else if (code !== 0) fail(`it ended with ${code}; journalctl -t read-storage says more`);
  else process.stdout.write(said.slice(end + 1));
});

function fail(why) {
  process.stderr.write(`as root, by trimtab-storage.socket: ${why}\n`);
  process.exitCode = 5;
}
