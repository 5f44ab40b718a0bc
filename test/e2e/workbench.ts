/** What a person does in the window, as methods. Each waits for what it is about; none waits for a time. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame, Locator, Page } from 'playwright-core';

const READY_TIMEOUT_MS = 60_000;
const TIMEOUT_MS = 20_000;
const POLL_MS = 100;
const SELECT_ATTEMPTS = 10;
const ATTEMPT_MS = 3000;

/** The window of a VS Code. `page` is there for what has no method. */
export class Workbench {
  readonly page: Page;
  readonly #screenshots: string;

  constructor(page: Page, screenshots: string) {
    this.page = page;
    this.#screenshots = screenshots;
    page.setDefaultTimeout(TIMEOUT_MS);
  }

  /** Resolves when the window is drawn, answers, and knows the extension. */
  async ready({ isTrusted }: { readonly isTrusted: boolean }): Promise<void> {
    await this.page.locator('.monaco-workbench .statusbar').waitFor({ timeout: READY_TIMEOUT_MS });
    // the palette works when the services behind it do, installed extensions are known some seconds after that, and
    // whether the workspace is trusted may be known even later
    const command = isTrusted ? 'Shotlist: Generate Image…' : 'Shotlist: Show Log';
    await this.#openPalette(command, READY_TIMEOUT_MS);
    await this.page.keyboard.press('Escape');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Runs a command by its title, through the palette. */
  async command(title: string): Promise<void> {
    const row = await this.#openPalette(title, TIMEOUT_MS);
    await row.click();
  }

  /** Whether the palette offers a command of this title. */
  async offersCommand(title: string): Promise<boolean> {
    await this.page.keyboard.press('F1');
    await this.#quickInput().fill(`>${title}`);
    // the list is new when its first row fits the text or says that nothing does
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    const none = this.page.locator('.quick-input-list', { hasText: 'No matching' });
    await rows.or(none).first().waitFor();
    const found = await rows.filter({ has: this.page.getByText(title, { exact: true }) }).count();
    await this.page.keyboard.press('Escape');
    return found > 0;
  }

  /** Answers the open input box (or a password, or a file dialog, which is a quick input too). */
  async type(text: string, { title }: { title?: string } = {}): Promise<void> {
    await this.quickInput(title).waitFor();
    await this.#quickInput().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** The open quick input; with a text, the one that shows it (title, prompt or placeholder). */
  quickInput(text?: string): Locator {
    const widget = this.page.locator('.quick-input-widget:visible');
    if (text === undefined) return widget;
    return widget.filter({ has: this.page.locator(`:text(${quoted(text)}), [placeholder*=${quoted(text)}]`) });
  }

  /** Chooses a row of the open quick pick by a text in it. */
  async pick(text: string): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click();
  }

  /** The rows of the open quick pick, as text. */
  async picks(): Promise<string[]> {
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    return rows.allInnerTexts();
  }

  /** Waits for a notification with this text. */
  async notification(text: RegExp | string, { timeoutMs = TIMEOUT_MS } = {}): Promise<Locator> {
    const toast = this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
    await toast.waitFor({ timeout: timeoutMs });
    return toast;
  }

  /** Clicks a button of the notification with this text. */
  async answerNotification(text: RegExp | string, button: string): Promise<void> {
    const toast = await this.notification(text);
    await toast.hover();
    await toast.locator('.monaco-button', { hasText: button }).first().click();
  }

  /** Clears all notifications and waits until none is shown. */
  async clearNotifications(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
    await this.page.locator('.notifications-toasts .notification-list-item').first().waitFor({ state: 'detached' });
  }

  /** Waits for a modal dialog with this text. */
  async dialog(text: RegExp | string): Promise<Locator> {
    const box = this.page.locator('.monaco-dialog-box', { hasText: text });
    await box.waitFor();
    return box;
  }

  /** Clicks a button of the modal dialog with this text. */
  async answerDialog(text: RegExp | string, button: string): Promise<void> {
    const box = await this.dialog(text);
    await box.locator('.monaco-button', { hasText: button }).first().click();
    await box.waitFor({ state: 'detached' });
  }

  /** Waits for a status bar item with this text. */
  async statusItem(text: RegExp | string, { timeoutMs = TIMEOUT_MS } = {}): Promise<Locator> {
    const item = this.page.locator('.statusbar-item', { hasText: text }).first();
    await item.waitFor({ timeout: timeoutMs });
    return item;
  }

  /** Trusts the workspace, through the trust editor. */
  async trustWorkspace(): Promise<void> {
    await this.command('Workspaces: Manage Workspace Trust');
    await this.page
      .locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ })
      .first()
      .click();
  }

  /** The explorer's row of a file or folder. */
  explorerItem(name: string): Locator {
    return this.page.locator('.explorer-folders-view .monaco-list-row', {
      has: this.page.getByText(name, { exact: true }),
    });
  }

  /** A row of the view "Jobs", by a text in it. */
  job(text: RegExp | string): Locator {
    return this.page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
  }

  /** Opens a file by a double click in the explorer; resolves when its text editor shows. */
  async openFile(name: string): Promise<void> {
    await this.command('View: Show Explorer');
    await this.explorerItem(name).dblclick();
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    await this.page.locator('.editor-group-container.active .view-lines .view-line').first().waitFor();
  }

  /** Selects the first occurrence of a text (of one line) in the active editor. */
  async select(text: string): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press('Control+Home');
    await this.page.keyboard.press('Control+f');
    const find = this.page.locator('.editor-group-container.active .find-widget.visible');
    const query = find.locator('textarea.input').first();
    // a text that was looked for before is not looked for again
    await query.fill('');
    await query.fill(text);
    await find.locator('.matchesCount', { hasText: /^1 of / }).waitFor();
    await this.page.keyboard.press('Escape');
    await find.waitFor({ state: 'hidden' });
    await this.statusItem(`(${text.length} selected)`);
  }

  /** Puts the keyboard into the active text editor. */
  async focusEditor(): Promise<void> {
    await this.command('View: Focus Active Editor Group');
    await this.page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
  }

  /** The text that the active editor shows (only what is scrolled into view). */
  async editorText(): Promise<string> {
    const lines = await this.page.locator('.editor-group-container.active .view-line').allInnerTexts();
    return lines.join('\n').replaceAll('\u00A0', ' ');
  }

  /**
   * Opens the active editor's context menu, keeping the selection. In a window that has just opened VS Code may not know
   * all entries yet: it is opened again until it offers the one that is waited for, or the patience is over.
   */
  async editorContextMenu({ offering }: { readonly offering?: string } = {}): Promise<ContextMenu> {
    for (const end = Date.now() + TIMEOUT_MS; ;) {
      await this.page.keyboard.press('Shift+F10');
      const menu = await this.contextMenu();
      const isComplete = offering === undefined || (await menu.entries()).includes(offering);
      if (isComplete || Date.now() > end) return menu;
      await menu.close();
    }
  }

  /** Opens the context menu of explorer items: the last one is right-clicked with all of them selected. */
  async explorerContextMenu(...names: [string, ...string[]]): Promise<ContextMenu> {
    await this.command('View: Show Explorer');
    const [first, ...others] = names;
    await this.explorerItem(first).click();
    // a click opens the file, and the explorer then selects what is open: others added before that would be lost
    if (others.length > 0) await this.page.locator('.tab.active', { hasText: first }).waitFor();
    for (const name of others) await this.#addToSelection(name, [first, ...others]);
    await this.explorerItem(names.at(-1) ?? names[0]).click({ button: 'right' });
    return this.contextMenu();
  }

  async #addToSelection(name: string, all: readonly string[]): Promise<void> {
    const isSelected = async (item: string): Promise<boolean> =>
      (await this.explorerItem(item).getAttribute('aria-selected')) === 'true';
    const selectedBefore = all.slice(0, all.indexOf(name) + 1);
    for (let attempt = 1; ; attempt++) {
      for (const item of selectedBefore) {
        if (!(await isSelected(item))) await this.explorerItem(item).click({ modifiers: ['ControlOrMeta'] });
      }
      await delay(POLL_MS);
      const states = await Promise.all(selectedBefore.map(isSelected));
      if (states.every(Boolean)) return;
      if (attempt === SELECT_ATTEMPTS)
        throw new Error(`the explorer did not keep ${selectedBefore.join(', ')} selected`);
    }
  }

  /** The page inside a webview in which the selector matches something. */
  async webview(selector: string, { timeoutMs = TIMEOUT_MS } = {}): Promise<Frame> {
    const outer = this.page.locator('iframe.webview');
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      for (const frame of this.page.frames()) {
        const isInner = frame.parentFrame()?.parentFrame() === this.page.mainFrame();
        if (!isInner || frame.isDetached()) continue;
        const shown = await frame
          .locator(selector)
          .first()
          .waitFor({ timeout: 250 })
          .then(
            () => true,
            () => false,
          );
        if (shown) return frame;
      }
      await outer.first().waitFor({ timeout: Math.max(1, deadline - Date.now()) });
      // asking without a pause keeps the window from loading the page
      await delay(POLL_MS);
    }
    const urls = this.page.frames().map((frame) => frame.url().slice(0, 120));
    throw new Error(`no webview shows ${selector}; frames:\n${urls.join('\n')}`);
  }

  /** Takes a picture of the window into test-results/ and gives its path. */
  async screenshot(name: string): Promise<string> {
    mkdirSync(this.#screenshots, { recursive: true });
    const path = join(this.#screenshots, `${name.replaceAll(/[^\w.-]+/g, '-')}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** The palette's row of a command. The palette is opened again where the window took the focus away from it. */
  async #openPalette(title: string, timeoutMs: number): Promise<Locator> {
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    const row = rows.filter({ has: this.page.getByText(title, { exact: true }) }).first();
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      await this.page.keyboard.press('F1');
      try {
        await this.#quickInput().fill(`>${title}`, { timeout: ATTEMPT_MS });
        await row.waitFor({ timeout: ATTEMPT_MS });
        return row;
      } catch (error) {
        if (Date.now() > deadline) throw new Error(`the palette did not offer "${title}"`, { cause: error });
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** The context menu that is open. */
  async contextMenu(): Promise<ContextMenu> {
    const menu = new ContextMenu(this.page.locator('.monaco-menu').last(), this.page);
    await menu.ready();
    return menu;
  }

  #quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible input:not([type="checkbox"]):visible').first();
  }
}

/** An open context menu. */
export class ContextMenu {
  readonly #menu: Locator;
  readonly #page: Page;

  constructor(menu: Locator, page: Page) {
    this.#menu = menu;
    this.#page = page;
  }

  /** Resolves when the menu has entries. */
  async ready(): Promise<void> {
    await this.#menu.locator('.action-label:visible').first().waitFor();
  }

  /** The titles of its entries. */
  async entries(): Promise<string[]> {
    const texts = await this.#menu.locator('.action-menu-item .action-label').allInnerTexts();
    return texts.map((text) => text.trim()).filter((text) => text !== '');
  }

  /** Chooses an entry by its title. */
  async choose(title: string): Promise<void> {
    await this.#menu.locator('.action-menu-item', { has: this.#page.getByText(title, { exact: true }) }).click();
    await this.#menu.waitFor({ state: 'detached' });
  }

  /** Closes the menu. */
  async close(): Promise<void> {
    await this.#page.keyboard.press('Escape');
    await this.#menu.waitFor({ state: 'detached' });
  }
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
