interface BuiltIn {
  readonly 'node:crypto': typeof import('node:crypto');
  readonly 'node:net': typeof import('node:net');
  readonly 'node:tls': typeof import('node:tls');
}

/**
 * A part of Node that is loaded when it is first needed. Not an import, which the bundle answers with a substitute
 * (agent/lean), or loads at its start.
 */
export function builtIn<Name extends keyof BuiltIn>(name: Name): BuiltIn[Name] {
  return process.getBuiltinModule(name);
}
