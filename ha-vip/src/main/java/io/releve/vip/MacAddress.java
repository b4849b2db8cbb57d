package io.releve.vip;

import java.util.HexFormat;

/** A 48-bit hardware address, as text with colons. */
record MacAddress(String text) {

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    static final MacAddress BROADCAST = new MacAddress("ff:ff:ff:ff:ff:ff");

    MacAddress {
        if (COLONS.parseHex(text).length != 6) {
            throw new IllegalArgumentException("'" + text + "' is no 48-bit hardware address");
        }
    }

    /** The hardware address that stands at this place of a frame. */
    static MacAddress at(byte[] frame, int offset) {
        return new MacAddress(COLONS.formatHex(frame, offset, offset + 6));
    }

    byte[] bytes() {
        return COLONS.parseHex(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
