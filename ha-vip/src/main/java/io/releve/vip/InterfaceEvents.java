package io.releve.vip;

import java.io.IOException;
import java.net.InetAddress;

/**
 * Tells when something has happened to an address or to the interface that it is on. Used by one thread; only {@link #close} may
 * come from another, and ends a wait.
 */
interface InterfaceEvents extends AutoCloseable {

    /**
     * Waits until the interface has changed or vanished, or the address has gone from it; perhaps nothing of it has.
     *
     * @return false if this was closed
     * @throws IOException if nothing can be heard any more
     */
    boolean awaitChange() throws IOException;

    @Override
    void close();

    /** Begins to listen. Tests put a scripted one in its place. */
    @FunctionalInterface
    interface Opener {

        /**
         * Begins to listen; what happens from here on is told.
         *
         * @param interfaceIndex the kernel's number of the interface
         * @throws IOException if that is not possible
         */
        InterfaceEvents open(InetAddress address, int interfaceIndex) throws IOException;
    }
}
