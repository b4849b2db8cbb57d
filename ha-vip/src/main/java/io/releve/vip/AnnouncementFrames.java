package io.releve.vip;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The Ethernet frames that ask whether anybody has an address, and those that tell the neighbours of its new place: ARP probes
 * and gratuitous ARP (RFC 5227, RFC 826) for IPv4, neighbour solicitations from no address (RFC 4862) and unsolicited neighbour
 * advertisements (RFC 4861) for IPv6.
 */
final class AnnouncementFrames {

    static final short ETHERTYPE_ARP = 0x0806;
    static final short ETHERTYPE_IPV6 = (short) 0x86DD;
    private static final short ARP_REQUEST = 1;
    private static final short ARP_REPLY = 2;
    private static final byte[] NO_MAC = new byte[6];
    private static final byte[] NO_IPV4 = new byte[4];
    private static final byte[] NO_IPV6 = new byte[16];

    private static final MacAddress ALL_NODES_MAC = new MacAddress("33:33:00:00:00:01");
    private static final byte[] ALL_NODES = {(byte) 0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    static final byte ICMPV6 = 58;
    static final byte NEIGHBOUR_ADVERTISEMENT = (byte) 136;
    private static final byte NEIGHBOUR_SOLICITATION = (byte) 135;
    private static final int OVERRIDE = 0x2000_0000;
    static final byte OPTION_TARGET_LINK_LAYER_ADDRESS = 2;

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

    /** Asks whether anybody has the address, without claiming it: an ARP probe, or duplicate address detection. */
    static byte[] probe(MacAddress mac, InetAddress address) {
        return address instanceof Inet4Address
                ? arp(ARP_REQUEST, mac, NO_IPV4, NO_MAC, address.getAddress())
                : neighbourSolicitation(mac, address.getAddress());
    }

    private static byte[] arp(short operation, MacAddress mac, InetAddress address, byte[] targetMac) {
        return arp(operation, mac, address.getAddress(), targetMac, address.getAddress());
    }

    private static byte[] arp(short operation, MacAddress mac, byte[] sender, byte[] targetMac, byte[] target) {
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
                .put(sender)
                .put(targetMac)
                .put(target)
                .array();
    }

    /** To the few hosts whose addresses end in the same 24 bits (RFC 4291), from no address (RFC 4862). */
    private static byte[] neighbourSolicitation(MacAddress mac, byte[] target) {
        byte[] group = {(byte) 0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte) 0xFF, target[13], target[14], target[15]};
        byte[] groupMac = {0x33, 0x33, (byte) 0xFF, target[13], target[14], target[15]};
        byte[] message = ByteBuffer.allocate(24)
                .put(NEIGHBOUR_SOLICITATION)
                .put((byte) 0) // code
                .putShort((short) 0) // checksum
                .putInt(0) // reserved
                .put(target)
                .array();
        return icmpv6(groupMac, mac, NO_IPV6, group, message);
    }

    private static byte[] neighbourAdvertisement(MacAddress mac, InetAddress address) {
        byte[] message = ByteBuffer.allocate(32)
                .put(NEIGHBOUR_ADVERTISEMENT)
                .put((byte) 0) // code
                .putShort((short) 0) // checksum
                .putInt(OVERRIDE)
                .put(address.getAddress())
                .put(OPTION_TARGET_LINK_LAYER_ADDRESS)
                .put((byte) 1) // length of the option, in units of 8 bytes
                .put(mac.bytes())
                .array();
        return icmpv6(ALL_NODES_MAC.bytes(), mac, address.getAddress(), ALL_NODES, message);
    }

    private static byte[] icmpv6(byte[] toMac, MacAddress fromMac, byte[] from, byte[] to, byte[] message) {
        ByteBuffer.wrap(message).putShort(2, checksum(from, to, message));
        return ByteBuffer.allocate(14 + 40 + message.length)
                .put(toMac)
                .put(fromMac.bytes())
                .putShort(ETHERTYPE_IPV6)
                .putInt(0x6000_0000) // version 6, no traffic class, no flow label
                .putShort((short) message.length)
                .put(ICMPV6)
                .put((byte) 255) // the hop limit that receivers insist on
                .put(from)
                .put(to)
                .put(message)
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
