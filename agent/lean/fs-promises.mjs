// In the bundle this stands in for node:fs/promises, which loads readline, the REPL's history and file watchers with
// it: 1 MB that an idle agent never uses. The same functions, by the same names, over the callbacks of node:fs.
import fs from 'node:fs';
import { promisify } from 'node:util';

export const constants = fs.constants;
export const access = promisify(fs.access);
export const lstat = promisify(fs.lstat);
export const mkdir = promisify(fs.mkdir);
export const readdir = promisify(fs.readdir);
export const readFile = promisify(fs.readFile);
export const readlink = promisify(fs.readlink);
export const realpath = promisify(fs.realpath);
export const rename = promisify(fs.rename);
export const rm = promisify(fs.rm);
export const statfs = promisify(fs.statfs);

const openFile = promisify(fs.open);
const readFrom = promisify(fs.read);
const writeFile = promisify(fs.writeFile);
const fstat = promisify(fs.fstat);
const fsync = promisify(fs.fsync);
const closeFile = promisify(fs.close);

/** The part of a FileHandle that the agent uses. */
export async function open(path, flags, mode) {
  const descriptor = await openFile(path, flags, mode);
  return {
    read: (options) => readFrom(descriptor, options),
    readFile: (encoding) => readFile(descriptor, encoding),
    stat: () => fstat(descriptor),
    writeFile: (content) => writeFile(descriptor, content),
    sync: () => fsync(descriptor),
    close: () => closeFile(descriptor),
  };
}
