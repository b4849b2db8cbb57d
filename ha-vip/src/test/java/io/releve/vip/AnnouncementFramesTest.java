package io.releve.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnouncementFramesTest {

    private static final MacAddress MAC = new MacAddress("02:00:5e:10:00:01");

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void shouldAnnounceIpv4ByGratuitousRequestAndReply() throws Exception {
        List<byte[]> frames = AnnouncementFrames.announce(MAC, InetAddress.getByName("192.0.2.10"));

        assertThat(frames).hasSize(2);
        assertThat(hex(frames.get(0)))
                .isEqualTo("ffffffffffff" + "02005e100001" + "0806" // Ethernet
                        + "0001" + "0800" + "06" + "04" + "0001" // ARP request
                        + "02005e100001" + "c000020a" // sender
                        + "000000000000" + "c000020a"); // target
        assertThat(hex(frames.get(1)))
                .isEqualTo("ffffffffffff" + "02005e100001" + "0806"
                        + "0001" + "0800" + "06" + "04" + "0002" // ARP reply
                        + "02005e100001" + "c000020a"
                        + "02005e100001" + "c000020a");
    }

    @Test
    void shouldAnnounceIpv6ByAnOverridingNeighbourAdvertisement() throws Exception {
        List<byte[]> frames = AnnouncementFrames.announce(MAC, InetAddress.getByName("2001:db8::10"));

        assertThat(frames).hasSize(1);
        assertThat(hex(frames.get(0)))
                .isEqualTo("333300000001" + "02005e100001" + "86dd" // Ethernet
                        + "60000000" + "0020" + "3a" + "ff" // IPv6: 32 bytes of ICMPv6, hop limit 255
                        + "20010db8000000000000000000000010"
                        + "ff020000000000000000000000000001"
                        + "88" + "00" + "9afc" + "20000000" // advertisement, checksum, override
                        + "20010db8000000000000000000000010"
                        + "02" + "01" + "02005e100001"); // target link-layer address
    }

    @Test
    void shouldSumUpToOnesOverHeaderAndMessage() throws Exception {
        byte[] frame = AnnouncementFrames.announce(MAC, InetAddress.getByName("fd00:77::abcd"))
                .get(0);
        // The receiver's check, written anew: addresses, length, next header, then the message, all ones in the end.
        long sum = 32 + 58;
        for (int i = 22; i < frame.length; i += 2) {
            sum += ((frame[i] & 0xFF) << 8) | (frame[i + 1] & 0xFF);
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        assertThat(sum).isEqualTo(0xFFFF);
    }

    @Test
    void shouldAddressTheFrameForThePacketSocket() throws Exception {
        byte[] frame = AnnouncementFrames.announce(MAC, InetAddress.getByName("192.0.2.10"))
                .get(0);
        String index =
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "1100" + "0806" + "07000000" : "0011080600000007";

        assertThat(hex(LibC.linkLayerAddress(7, (short) 0x0806, frame)))
                .isEqualTo(index + "0000" + "00" + "06" + "ffffffffffff" + "0000");
    }
}
