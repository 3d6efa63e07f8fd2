// Custom properties of an element, set on its style object: the page's policy allows no style attributes.
import { noChange } from "lit-html";
import { Directive, type ElementPart, directive } from "lit-html/directive.js";

class Placed extends Directive {
  override render(_properties: Record<`--${string}`, string>): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [properties]: [Record<`--${string}`, string>]): unknown {
    for (const [name, value] of Object.entries(properties)) (element as HTMLElement).style.setProperty(name, value);
    return noChange;
  }
}

/** `<li ${placed({ "--from": "12.5%" })}>` */
export const placed = directive(Placed);
