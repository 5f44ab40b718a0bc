/** The part of the global that is used; Node's types leave it to those of browsers. */
declare namespace WebAssembly {
  type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  type Exports = Readonly<Record<string, unknown>>;

  function compile(bytes: Uint8Array): Promise<Module>;

  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: Exports;
  }
}
