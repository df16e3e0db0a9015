/** Injection tokens of values that are no classes. */
export const SERVER_CONFIG = Symbol('ServerConfig');
export const LOGGER = Symbol('Logger');
export const OBJECT_STORAGE = Symbol('ObjectStorage');
export const EXECUTOR = Symbol('Executor');
/** Sources, models and tokenizers, of either scheme. */
export const INPUT_OBJECTS = Symbol('InputObjects');
