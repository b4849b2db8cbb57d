package io.releve.pacemaker;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Makes CIBs for tests out of the parts that matter. */
final class SmallCib {

    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private String options = "";
    private String resources = "";
    private String constraints = "";
    private String further = "";
    private String status = "";

    SmallCib options(String xml) {
        options = xml;
        return this;
    }

    SmallCib resources(String xml) {
        resources = xml;
        return this;
    }

    SmallCib constraints(String xml) {
        constraints = xml;
        return this;
    }

    /** Sections beside the ordinary ones. */
    SmallCib further(String xml) {
        further = xml;
        return this;
    }

    SmallCib status(String xml) {
        status = xml;
        return this;
    }

    static String primitive(String id) {
        return "<primitive id='" + id + "' class='ocf' provider='heartbeat' type='Dummy'/>";
    }

    static String option(String name, String value) {
        return "<cluster_property_set id='o-" + name + "'><nvpair id='n-" + name + "' name='" + name + "' value='"
                + value + "'/></cluster_property_set>";
    }

    @Override
    public String toString() {
        return "<cib have-quorum='true' dc-uuid='1'>\n<configuration>\n<crm_config>" + options
                + "</crm_config>\n<nodes><node id='1' uname='serv1'/><node id='2' uname='serv2'/></nodes>\n<resources>"
                + resources + "</resources>\n<constraints>" + constraints + "</constraints>\n" + further
                + "</configuration>\n<status>" + status + "</status>\n</cib>\n";
    }

    Cib read() {
        return read(toString());
    }

    static Cib read(String xml) {
        try {
            return CibReader.read(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)), NOW);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
