package io.releve.pacemaker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** An input that ends with an error when it is too long, as a whole or from one mark to the next. */
final class BoundedInput extends FilterInputStream {

    private final long mostInAll;
    private final long mostBetweenMarks;
    private long count;
    private long mark;
    private @Nullable String exceeded;
    private @Nullable IOException failure;

    BoundedInput(InputStream in, long mostInAll, long mostBetweenMarks) {
        super(in);
        this.mostInAll = mostInAll;
        this.mostBetweenMarks = mostBetweenMarks;
    }

    /** Begins a new piece. */
    void piece() {
        mark = count;
    }

    /** What was too long; nothing if all was well so far. */
    @Nullable
    String exceeded() {
        return exceeded;
    }

    /** Why the input could not be read; nothing if it could. */
    @Nullable
    IOException failure() {
        return failure;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read;
        try {
            read = super.read(buffer, offset, length);
        } catch (IOException broken) {
            failure = broken;
            throw broken;
        }
        count += Math.max(0, read);
        if (count > mostInAll) {
            exceeded = "the text is longer than " + mostInAll + " bytes";
        } else if (count - mark > mostBetweenMarks) {
            exceeded = "a single tag or piece of text is longer than " + mostBetweenMarks + " bytes";
        }
        if (exceeded != null) {
            throw new IOException(exceeded);
        }
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
