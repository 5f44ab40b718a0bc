import lexer from 'nunjucks/src/lexer.js';
import nodes from 'nunjucks/src/nodes.js';
import parser from 'nunjucks/src/parser.js';

/**
 * What the Jinja layer takes from nunjucks: the parser that it extends, the names of its tokens and the classes of its
 * syntax tree. Its lexer, compiler and runtime are not used: the first two differ from Jinja2 in ways that cannot be
 * mended from outside, and the compiler makes JavaScript of templates, which is how a template gets to run code.
 */
export const tokenTypes = lexer;
export const nodeClasses = nodes;
export const NunjucksParser = parser.Parser;
