#include "services/runtime/rpc/serialize.h"

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "workflow/base/hash.h"

namespace jissho::runtime {

std::string SerializeDeterministically(const google::protobuf::Message& message) {
  std::string out;
  {
    google::protobuf::io::StringOutputStream stream(&out);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return out;
}

std::string HashMessage(const google::protobuf::Message& message) {
  return Sha256Hex(SerializeDeterministically(message));
}

}  // namespace jissho::runtime
