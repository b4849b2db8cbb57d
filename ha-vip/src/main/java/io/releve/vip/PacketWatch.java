package io.releve.vip;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Hears who else on a network claims an address. Used by one thread; only {@link #close} may come from another, and ends a
 * wait.
 */
interface PacketWatch extends AutoCloseable {

    /**
     * Waits for the next frame in which somebody claims the address.
     *
     * @param limit how long
     * @return the frame; empty if none came, or the watch was closed
     * @throws IOException if nothing can be heard any more
     */
    Optional<byte[]> await(Duration limit) throws IOException;

    @Override
    void close();

    /** Makes watches. Tests put a scripted one in its place. */
    @FunctionalInterface
    interface Opener {

        /**
         * Begins to listen.
         *
         * @param claims what is listened for
         * @param interfaceIndex the kernel's number of the interface
         * @throws IOException if that is not possible; the message names the remedy
         */
        PacketWatch open(AddressClaims claims, int interfaceIndex) throws IOException;
    }
}
