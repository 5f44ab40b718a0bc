import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  insertionFor,
  pictureText,
  styleOfLanguage,
  type InsertStyle,
  type Picture,
} from '../../../src/extension/insertion.ts';
import { relativePath } from '../../../src/extension/relative-path.ts';

const fox: Picture = { kind: 'image', path: 'shotlist-output/fox.png', alt: 'A fox' };

/** The document after the insertion; `[` and `]` mark the selection, `|` a cursor. */
function inserted(marked: string, style: InsertStyle, pictures: readonly Picture[] = [fox]): string {
  const cursor = marked.indexOf('|');
  const start = cursor === -1 ? marked.indexOf('[') : cursor;
  const text = marked.replace(/[[\]|]/g, '');
  const end = cursor === -1 ? marked.indexOf(']') - 1 : cursor;
  const insertion = insertionFor(text, { start, end }, style, pictures);
  return text.slice(0, insertion.offset) + insertion.text + text.slice(insertion.offset);
}

const link = '![A fox](shotlist-output/fox.png)';

describe('the text of a picture', () => {
  it('is a link in Markdown, an element in HTML, else a path', () => {
    assert.equal(pictureText('markdown', fox), link);
    assert.equal(pictureText('html', fox), '<img src="shotlist-output/fox.png" alt="A fox">');
    assert.equal(pictureText('path', fox), 'shotlist-output/fox.png');
  });

  it('is a link in Markdown and a player in HTML for a clip', () => {
    const clip: Picture = { kind: 'video', path: 'out/a b.mp4', alt: 'A "fox"' };
    assert.equal(pictureText('markdown', clip), '[A "fox"](out/a%20b.mp4)');
    assert.equal(
      pictureText('html', clip),
      '<video src="out/a%20b.mp4" controls aria-label="A &quot;fox&quot;"></video>',
    );
    assert.equal(pictureText('path', clip), 'out/a b.mp4');
  });

  it('encodes what would end a link or an attribute', () => {
    const picture: Picture = { kind: 'image', path: `a (b) 'c' "d"/é#?.png`, alt: 'x' };
    const encoded = 'a%20%28b%29%20%27c%27%20%22d%22/%C3%A9%23%3F.png';
    assert.equal(pictureText('markdown', picture), `![x](${encoded})`);
    assert.equal(pictureText('html', picture), `<img src="${encoded}" alt="x">`);
    assert.equal(pictureText('path', picture), picture.path);
  });

  it('keeps the way up', () => {
    assert.equal(pictureText('markdown', { kind: 'image', path: '../out/a.png', alt: '' }), '![](../out/a.png)');
  });

  it('escapes markup in the alternative text', () => {
    const alt = 'a ](x) [b] *c* <script> & "d" `e` \\';
    assert.equal(
      pictureText('markdown', { kind: 'image', path: 'a.png', alt }),
      '![a \\](x) \\[b\\] \\*c\\* \\<script\\> \\& "d" \\`e\\` \\\\](a.png)',
    );
    assert.equal(
      pictureText('html', { kind: 'image', path: 'a.png', alt }),
      '<img src="a.png" alt="a ](x) [b] *c* &lt;script&gt; &amp; &quot;d&quot; `e` \\">',
    );
  });

  it('can never be broken out of, whatever prompt and path are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary-ascii' }), (alt, path) => {
        const html = pictureText('html', { kind: 'image', path, alt });
        assert.match(html, /^<img src="[^"<>]*" alt="[^"<>]*">$/s);
        const markdown = pictureText('markdown', { kind: 'image', path, alt });
        assert.match(markdown, /^!\[(?:\\.|[^\\[\]])*\]\([^()\s<>]*\)$/s);
      }),
    );
  });
});

describe('the style', () => {
  it('follows the language', () => {
    assert.equal(styleOfLanguage('markdown'), 'markdown');
    assert.equal(styleOfLanguage('html'), 'html');
    assert.equal(styleOfLanguage('vue'), 'html');
    assert.equal(styleOfLanguage('plaintext'), 'path');
    assert.equal(styleOfLanguage('typescript'), 'path');
  });
});

describe('in Markdown', () => {
  it('a picture goes below the paragraph of the selection', () => {
    assert.equal(
      inserted('# Title\n\nSee [a fox] here\nand there.\n\nNext.\n', 'markdown'),
      `# Title\n\nSee a fox here\nand there.\n\n${link}\n\nNext.\n`,
    );
  });

  it('a picture goes to the end of a document without a last line break', () => {
    assert.equal(inserted('[A fox]', 'markdown'), `A fox\n\n${link}\n`);
  });

  it('a selection of whole lines ends with its last line', () => {
    assert.equal(
      inserted('[A fox\n]Next paragraph starts here\n', 'markdown'),
      `A fox\nNext paragraph starts here\n\n${link}\n`,
    );
    assert.equal(inserted('[A fox\n]\nNext\n', 'markdown'), `A fox\n\n${link}\n\nNext\n`);
  });

  it('a heading is a block of its own', () => {
    assert.equal(inserted('# [A fox]\nText\n', 'markdown'), `# A fox\n\n${link}\n\nText\n`);
  });

  it('a picture stays in its list item', () => {
    assert.equal(inserted('- [a fox]\n- a bear\n', 'markdown'), `- a fox\n  ${link}\n- a bear\n`);
    assert.equal(inserted('10. a long\n    [fox]\n11. b\n', 'markdown'), `10. a long\n    fox\n    ${link}\n11. b\n`);
  });

  it('a picture goes below a fenced block, not into it', () => {
    assert.equal(
      inserted('```text\n[A fox]\n\nmore\n```\nafter\n', 'markdown'),
      `\`\`\`text\nA fox\n\nmore\n\`\`\`\n\n${link}\n\nafter\n`,
    );
    assert.equal(inserted('~~~\nx\n~~~\n[A fox]\n', 'markdown'), `~~~\nx\n~~~\nA fox\n\n${link}\n`);
  });

  it('line ends of Windows are left alone', () => {
    assert.equal(inserted('[A fox]\r\n\r\nNext\r\n', 'markdown'), `A fox\n\n${link}\r\n\r\nNext\r\n`);
  });

  it('several pictures follow each other', () => {
    assert.equal(inserted('[A fox]\n', 'markdown', [fox, fox]), `A fox\n\n${link}\n${link}\n`);
  });

  it('a cursor is where the picture goes', () => {
    assert.equal(inserted('Before | after', 'markdown'), `Before ${link} after`);
  });
});

describe('in other documents', () => {
  it('a picture follows the selection on its line', () => {
    assert.equal(inserted('<p>[A fox]</p>', 'html'), '<p>A fox <img src="shotlist-output/fox.png" alt="A fox"></p>');
  });

  it('a picture goes on a new line, as deep, where the selection ends its line', () => {
    assert.equal(inserted('  [a fox]  \n  next', 'path'), '  a fox  \n  shotlist-output/fox.png\n  next');
    assert.equal(inserted('\t[a fox\n]next', 'path'), '\ta fox\n\tshotlist-output/fox.png\nnext');
  });

  it('a cursor is where the path goes', () => {
    assert.equal(inserted('const image = "|";', 'path'), 'const image = "shotlist-output/fox.png";');
  });
});

describe('the way from a document to a picture', () => {
  it('goes down, up and sideways', () => {
    assert.equal(relativePath('/w', '/w/out/a.png'), 'out/a.png');
    assert.equal(relativePath('/w/docs/en', '/w/out/a.png'), '../../out/a.png');
  });

  it('does not mind how Windows writes a drive', () => {
    assert.equal(relativePath('/c:/w', '/C:/w/a.png'), 'a.png');
  });
});
