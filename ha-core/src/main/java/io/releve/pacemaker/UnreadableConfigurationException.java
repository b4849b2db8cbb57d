package io.releve.pacemaker;

/** A text is no configuration of Pacemaker's, or too big a one. The message says where and what to do. */
public final class UnreadableConfigurationException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    UnreadableConfigurationException(String message, int line, int column) {
        super(line > 0 ? "line " + line + ", column " + column + ": " + message : message);
        this.line = line;
        this.column = column;
    }

    /** The line where reading ended, from 1; 0 if not known. */
    public int line() {
        return line;
    }

    /** The column where reading ended, from 1; 0 if not known. */
    public int column() {
        return column;
    }
}
