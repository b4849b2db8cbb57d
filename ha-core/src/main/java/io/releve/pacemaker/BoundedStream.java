package io.releve.pacemaker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that ends with an error when it is longer than allowed. */
final class BoundedStream extends FilterInputStream {

    private long left;

    BoundedStream(InputStream in, long limit) {
        super(in);
        this.left = limit;
    }

    /** The stream is longer than allowed. */
    static final class TooBig extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private int count(int read) {
        if (read > 0) {
            left -= read;
            if (left < 0) {
                throw new TooBig();
            }
        }
        return read;
    }

    @Override
    public int read() throws IOException {
        int one = super.read();
        count(one < 0 ? 0 : 1);
        return one;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return count(super.read(buffer, offset, length));
    }
}
