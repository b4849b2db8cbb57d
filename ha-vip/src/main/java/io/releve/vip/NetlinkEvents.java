package io.releve.vip;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Hears what the kernel tells everybody of interfaces and addresses (rtnetlink(7)); needs no right. */
final class NetlinkEvents implements InterfaceEvents {

    // linux/rtnetlink.h
    private static final short NEW_LINK = 16;
    private static final short DELETE_LINK = 17;
    private static final short DELETE_ADDRESS = 21;
    private static final int GROUP_LINK = 0x1;
    private static final int GROUP_IPV4_ADDRESS = 0x10;
    private static final int GROUP_IPV6_ADDRESS = 0x100;
    private static final int ADDRESS_PART = 8;
    private static final int ADDRESS = 1;
    private static final int LOCAL = 2;

    /** More has happened than the socket's buffer holds. */
    private static final int ENOBUFS = 105;

    private static final int LARGEST = 1 << 15;
    private static final Duration ONE_HOUR = Duration.ofHours(1);

    private final WakeableSocket socket;
    private final byte[] address;
    private final int interfaceIndex;
    private volatile boolean closed;

    private NetlinkEvents(WakeableSocket socket, InetAddress address, int interfaceIndex) {
        this.socket = socket;
        this.address = address.getAddress();
        this.interfaceIndex = interfaceIndex;
    }

    static NetlinkEvents open(InetAddress address, int interfaceIndex) throws IOException {
        try {
            int socket = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, NetlinkSocket.ROUTE);
            try {
                // struct sockaddr_nl: the number of the socket is the kernel's to give.
                byte[] groups = ByteBuffer.allocate(12)
                        .order(ByteOrder.nativeOrder())
                        .putShort(LibC.AF_NETLINK)
                        .putShort((short) 0)
                        .putInt(0)
                        .putInt(GROUP_LINK | GROUP_IPV4_ADDRESS | GROUP_IPV6_ADDRESS)
                        .array();
                LibC.bind(socket, groups, groups.length);
                return new NetlinkEvents(new WakeableSocket(socket, LARGEST), address, interfaceIndex);
            } catch (LastErrorException e) {
                LibC.close(socket);
                throw e;
            }
        } catch (LastErrorException e) {
            throw new IOException("the kernel's events cannot be heard: " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw LibC.unavailable(e);
        }
    }

    @Override
    public boolean awaitChange() throws IOException {
        while (!closed) {
            try {
                Optional<byte[]> received = socket.await(ONE_HOUR);
                if (received.isPresent() && isOfInterest(received.get())) {
                    return !closed;
                }
            } catch (LastErrorException e) {
                if (e.getErrorCode() == ENOBUFS) {
                    return !closed;
                }
                throw new IOException("the kernel's events are no longer heard: " + e.getMessage(), e);
            }
        }
        return false;
    }

    private boolean isOfInterest(byte[] received) {
        ByteBuffer messages = ByteBuffer.wrap(received).order(ByteOrder.nativeOrder());
        while (messages.remaining() > 0) {
            if (isOfInterest(NetlinkMessage.next(messages))) {
                return true;
            }
        }
        return false;
    }

    /** Of both kinds the interface's number is the second 32-bit word. */
    private boolean isOfInterest(NetlinkMessage.Answer event) {
        short type = event.type();
        if (type != NEW_LINK && type != DELETE_LINK && type != DELETE_ADDRESS) {
            return false;
        }
        if (event.body().getInt(4) != interfaceIndex) {
            return false;
        }
        if (type != DELETE_ADDRESS) {
            return true;
        }
        Map<Integer, byte[]> attributes = event.attributes(ADDRESS_PART);
        return Arrays.equals(address, attributes.getOrDefault(LOCAL, attributes.get(ADDRESS)));
    }

    @Override
    public void close() {
        closed = true;
        socket.close();
    }
}
