package io.releve.lab.cluster;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import io.releve.examples.lab.LabException;

/** Takes the calling thread, and no other, into the network of a host. */
public final class NetworkNamespace {

    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;

    /** The C library's own functions. */
    private static final class C {

        static {
            Native.register(C.class, "c");
        }

        static native int open(String path, int flags) throws LastErrorException;

        static native int setns(int fd, int type) throws LastErrorException;

        static native int close(int fd) throws LastErrorException;
    }

    private NetworkNamespace() {}

    /**
     * Enters for good.
     *
     * @param name as {@code ip netns} knows it
     */
    public static void enter(String name) {
        try {
            int fd = C.open("/run/netns/" + name, O_RDONLY | O_CLOEXEC);
            try {
                C.setns(fd, CLONE_NEWNET);
            } finally {
                C.close(fd);
            }
        } catch (LastErrorException e) {
            throw new LabException("the network of " + name + " cannot be entered: " + e.getMessage(), e);
        }
    }
}
