package io.releve.vip;

import java.io.IOException;

/** Puts a finished Ethernet frame on an interface. */
@FunctionalInterface
interface PacketSender {

    /**
     * Sends one frame.
     *
     * @param interfaceIndex the kernel's number of the interface
     * @param frame the frame from its destination address on, without checksum
     * @throws IOException if it was not sent; the message names the remedy
     */
    void send(int interfaceIndex, byte[] frame) throws IOException;
}
