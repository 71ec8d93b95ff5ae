/** A first-in first-out queue that forgets what was taken. Always holds: taking costs the same however long the queue is. */

export class Queue<T> {
  #items: T[] = []
  #taken = 0

  get length(): number {
    return this.#items.length - this.#taken
  }

  push(item: T): void {
    this.#items.push(item)
  }

  peek(): T | undefined {
    return this.#items[this.#taken]
  }

  /** Lets go of items, wherever they stand. Costs as much as the queue is long. */
  retain(keeps: (item: T) => boolean): void {
    this.#items = this.#items.slice(this.#taken).filter(keeps)
    this.#taken = 0
  }

  take(): T | undefined {
    const item = this.#items[this.#taken]
    if (item === undefined) return undefined
    this.#taken += 1
    if (this.#taken > 1024 && this.#taken * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#taken)
      this.#taken = 0
    }
    return item
  }
}
