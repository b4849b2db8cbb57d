package io.releve.pacemaker;

/** A text that is no CIB, or is too large for one. The message names the position, the cause and the remedy. */
public final class UnreadableCibException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;

    UnreadableCibException(int line, int column, String problem) {
        super((line > 0 ? "line " + line + ", column " + column + ": " : "") + problem);
        this.line = line;
        this.column = column;
    }

    /** The line where reading stopped, from 1; 0 if the text as a whole is meant. */
    public int line() {
        return line;
    }

    /** The column where reading stopped, from 1; 0 if the text as a whole is meant. */
    public int column() {
        return column;
    }
}
