package io.releve.vip;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The frames by which somebody says that an address is his: ARP with the address as sender (RFC 5227) for IPv4, a neighbour
 * advertisement with the address as target (RFC 4861, RFC 4862) for IPv6.
 *
 * @param address the address
 */
record AddressClaims(InetAddress address) {

    /** One instruction of the kernel's packet filter (classic BPF). */
    record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

    private static final int LOAD_WORD = 0x20;
    private static final int LOAD_BYTE = 0x30;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int WHOLE_FRAME = 0xFFFF;

    private static final int ETHERNET = 14;
    private static final int ARP_SENDER_MAC = ETHERNET + 8;
    private static final int ARP_SENDER_IP = ETHERNET + 14;
    private static final int IPV6_NEXT_HEADER = ETHERNET + 6;
    private static final int ICMPV6_TYPE = ETHERNET + 40;
    private static final int ADVERTISED = ICMPV6_TYPE + 8;
    private static final int OPTION = ADVERTISED + 16;

    private boolean isIpv4() {
        return address instanceof Inet4Address;
    }

    /** The EtherType of the frames. */
    short protocol() {
        return isIpv4() ? AnnouncementFrames.ETHERTYPE_ARP : AnnouncementFrames.ETHERTYPE_IPV6;
    }

    /** Lets claims through, and spares this process all other traffic of the interface. */
    List<Instruction> filter() {
        if (isIpv4()) {
            int wanted = ByteBuffer.wrap(address.getAddress()).getInt();
            return List.of(
                    new Instruction(LOAD_WORD, 0, 0, ARP_SENDER_IP),
                    new Instruction(JUMP_IF_EQUAL, 0, 1, wanted),
                    new Instruction(RETURN, 0, 0, WHOLE_FRAME),
                    new Instruction(RETURN, 0, 0, 0));
        }
        int lastWord = ByteBuffer.wrap(address.getAddress()).getInt(12);
        return List.of(
                new Instruction(LOAD_BYTE, 0, 0, IPV6_NEXT_HEADER),
                new Instruction(JUMP_IF_EQUAL, 0, 5, AnnouncementFrames.ICMPV6),
                new Instruction(LOAD_BYTE, 0, 0, ICMPV6_TYPE),
                new Instruction(JUMP_IF_EQUAL, 0, 3, AnnouncementFrames.NEIGHBOUR_ADVERTISEMENT & 0xFF),
                new Instruction(LOAD_WORD, 0, 0, ADVERTISED + 12),
                new Instruction(JUMP_IF_EQUAL, 0, 1, lastWord),
                new Instruction(RETURN, 0, 0, WHOLE_FRAME),
                new Instruction(RETURN, 0, 0, 0));
    }

    /**
     * Who claims the address in this frame.
     *
     * @param own the hardware address of this node's own interface, whose claims do not count
     */
    Optional<MacAddress> claimant(byte[] frame, MacAddress own) {
        return (isIpv4() ? arpSender(frame) : advertiser(frame)).filter(mac -> !mac.equals(own));
    }

    private Optional<MacAddress> arpSender(byte[] frame) {
        return frame.length >= ARP_SENDER_IP + 4 && holdsAddressAt(frame, ARP_SENDER_IP)
                ? Optional.of(MacAddress.at(frame, ARP_SENDER_MAC))
                : Optional.empty();
    }

    private Optional<MacAddress> advertiser(byte[] frame) {
        if (frame.length < OPTION || !holdsAddressAt(frame, ADVERTISED)) {
            return Optional.empty();
        }
        boolean tellsMac = frame.length >= OPTION + 8
                && frame[OPTION] == AnnouncementFrames.OPTION_TARGET_LINK_LAYER_ADDRESS
                && frame[OPTION + 1] == 1;
        return Optional.of(MacAddress.at(frame, tellsMac ? OPTION + 2 : 6));
    }

    private boolean holdsAddressAt(byte[] frame, int offset) {
        byte[] wanted = address.getAddress();
        return Arrays.equals(frame, offset, offset + wanted.length, wanted, 0, wanted.length);
    }
}
