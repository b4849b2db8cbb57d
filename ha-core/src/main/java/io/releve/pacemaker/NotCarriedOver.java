package io.releve.pacemaker;

/**
 * Something in a Pacemaker configuration that has no counterpart here and was left out.
 *
 * @param line where it stands, from 1; 0 if not known
 * @param element what it is, with its id where it has one
 * @param reason why it was left out, and what to do about it
 */
public record NotCarriedOver(int line, String element, String reason) {
    @Override
    public String toString() {
        return "line " + line + ": " + element + ": " + reason;
    }
}
