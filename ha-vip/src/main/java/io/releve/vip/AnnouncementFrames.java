package io.releve.vip;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The Ethernet frames that tell the neighbours of an address's new place: gratuitous ARP (RFC 5227, RFC 826) for IPv4,
 * an unsolicited neighbour advertisement (RFC 4861) for IPv6.
 */
final class AnnouncementFrames {

    private static final short ETHERTYPE_ARP = 0x0806;
    private static final short ETHERTYPE_IPV6 = (short) 0x86DD;
    private static final short ARP_REQUEST = 1;
    private static final short ARP_REPLY = 2;
    private static final byte[] NO_MAC = new byte[6];

    private static final MacAddress ALL_NODES_MAC = new MacAddress("33:33:00:00:00:01");
    private static final byte[] ALL_NODES = {(byte) 0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final byte ICMPV6 = 58;
    private static final byte NEIGHBOUR_ADVERTISEMENT = (byte) 136;
    private static final int OVERRIDE = 0x2000_0000;
    private static final byte OPTION_TARGET_LINK_LAYER_ADDRESS = 2;

    private AnnouncementFrames() {}

    /**
     * What to send once. For IPv4 both a request and a reply: some neighbours listen only to the one, some only to the
     * other.
     */
    static List<byte[]> announce(MacAddress mac, InetAddress address) {
        return address instanceof Inet4Address
                ? List.of(arp(ARP_REQUEST, mac, address, NO_MAC), arp(ARP_REPLY, mac, address, mac.bytes()))
                : List.of(neighbourAdvertisement(mac, address));
    }

    private static byte[] arp(short operation, MacAddress mac, InetAddress address, byte[] targetMac) {
        return ByteBuffer.allocate(42)
                .put(MacAddress.BROADCAST.bytes())
                .put(mac.bytes())
                .putShort(ETHERTYPE_ARP)
                .putShort((short) 1) // hardware: Ethernet
                .putShort((short) 0x0800) // protocol: IPv4
                .put((byte) 6)
                .put((byte) 4)
                .putShort(operation)
                .put(mac.bytes())
                .put(address.getAddress())
                .put(targetMac)
                .put(address.getAddress())
                .array();
    }

    private static byte[] neighbourAdvertisement(MacAddress mac, InetAddress address) {
        ByteBuffer message = ByteBuffer.allocate(32)
                .put(NEIGHBOUR_ADVERTISEMENT)
                .put((byte) 0) // code
                .putShort((short) 0) // checksum, below
                .putInt(OVERRIDE)
                .put(address.getAddress())
                .put(OPTION_TARGET_LINK_LAYER_ADDRESS)
                .put((byte) 1) // length of the option, in units of 8 bytes
                .put(mac.bytes());
        message.putShort(2, checksum(address.getAddress(), ALL_NODES, message.array()));
        return ByteBuffer.allocate(14 + 40 + message.capacity())
                .put(ALL_NODES_MAC.bytes())
                .put(mac.bytes())
                .putShort(ETHERTYPE_IPV6)
                .putInt(0x6000_0000) // version 6, no traffic class, no flow label
                .putShort((short) message.capacity())
                .put(ICMPV6)
                .put((byte) 255) // the hop limit that receivers insist on
                .put(address.getAddress())
                .put(ALL_NODES)
                .put(message.array())
                .array();
    }

    /** The Internet checksum over IPv6's pseudo-header and the message (RFC 8200, section 8.1). */
    private static short checksum(byte[] source, byte[] destination, byte[] message) {
        ByteBuffer covered = ByteBuffer.allocate(40 + message.length)
                .put(source)
                .put(destination)
                .putInt(message.length)
                .putInt(ICMPV6)
                .put(message)
                .flip();
        int sum = 0;
        while (covered.hasRemaining()) {
            sum += Short.toUnsignedInt(covered.getShort());
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
