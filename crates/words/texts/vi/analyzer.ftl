# Giao diện cho chương trình khác, bộ nhận dạng riêng, số liệu về độ chính xác.
cli-eval = Đo chất lượng nhận dạng: độ chính xác, độ phủ và F1 trên văn bản đã gán nhãn
cli-eval-more =
    Mỗi dòng của tập văn bản là một đối tượng JSON: {"{"}"lang": "vi", "text": "…", "spans": [[đầu, cuối, "PERSON"], …]{"}"}, vị trí tính theo điểm mã; có thể nén bằng gzip.
    Nghiêm ngặt: đúng ranh giới và đúng loại. Giao nhau: đúng loại, ranh giới giao nhau. Kết quả thuộc loại mà tập văn bản không gán nhãn thì không được đánh giá.
cli-arg-corpora = Văn bản đã gán nhãn, mỗi dòng một đối tượng JSON
cli-arg-labels = Bảng nhãn: mỗi dòng NHÃN = LOẠI, LOẠI; "-" bỏ nhãn đó, "~" bỏ cả những gì tìm thấy tại đó
cli-arg-worst = Hiển thị từng này lỗi, lỗi thường gặp nhất trước
cli-arg-recognizers = Tệp bộ nhận dạng riêng, YAML hoặc TOML; có thể nêu nhiều lần
cli-arg-detect-listen = Trả lời các chương trình khác tại địa chỉ này, theo giao diện REST của Presidio
cli-arg-tokens = Tệp chứa các mã truy cập của chương trình, mỗi dòng một mã
cli-arg-open = Cho phép mọi người truy cập được địa chỉ này gửi yêu cầu mà không cần mã
cli-arg-max-body = Độ dài tối đa của yêu cầu, tính bằng MB
cli-listen-refused = Máy khác có thể truy cập địa chỉ này: nêu tệp mã truy cập bằng --tokens, hoặc cho phép mọi người bằng --open.
cli-listen-ready = Dịch vụ phân tích trả lời tại { $x }
cli-tokens-wrong = Không thể dùng { $x } làm tệp mã truy cập: { $y }
cli-eval-texts = Văn bản: { $n } · { $mb } MB
cli-eval-label = nhãn
cli-eval-spans = đoạn
cli-eval-found = thấy
cli-eval-strict = nghiêm ngặt: P, R, F1
cli-eval-overlap = giao nhau: P, R, F1
cli-eval-all = tất cả
cli-eval-unknown = Nhãn chưa rõ nghĩa, không tính (hãy khai báo bằng --labels): { $x }
cli-eval-left-out = Nhãn được bỏ qua: { $x }
cli-eval-not-judged = Tìm thấy nhưng tập văn bản không gán nhãn loại này, nên không đánh giá: { $x }
cli-eval-broken = Số dòng không sử dụng được: { $n }
cli-eval-worst = Các lỗi ảnh hưởng nhiều nhất
cli-eval-missed = bỏ sót
cli-eval-false = nhầm
cli-eval-table = { $x }: không phải dòng dạng NHÃN = LOẠI, LOẠI.
cli-eval-unknown-type = { $x }: "{ $y }" không phải là một loại.
recognizer-class-declared = khai báo trong tệp bộ nhận dạng
recognizer-passed-over = { $x }: bỏ qua, vì chương trình đã có sẵn hoặc không biết ngôn ngữ nào của chúng: { $y }
recognizer-too-long = dài hơn { $x } MB. Hãy chia tệp.
recognizer-syntax = không phân tích được cú pháp: { $x }
recognizer-too-deep = lồng nhau quá sâu.
recognizer-alias = không nhận mỏ neo, bí danh và thẻ của YAML. Hãy viết đầy đủ giá trị.
recognizer-unknown = từ khóa không rõ "{ $x }". Các từ khóa được mô tả trong docs/analyzer.md.
recognizer-twice = "{ $x }" xuất hiện hai lần. Hãy xóa một.
recognizer-missing = thiếu "{ $x }". Hãy bổ sung.
recognizer-kind = cần giá trị thuộc kiểu khác – { $x }
recognizer-score = điểm là số từ 0 đến 1.
recognizer-regex = mẫu không hợp lệ: { $x }
recognizer-look-around = không nhận phép nhìn quanh bên trong mẫu và tham chiếu ngược. Chỉ có thể xét một ký tự trước và sau toàn bộ mẫu.
recognizer-regex-too-large = mẫu cần quá nhiều bộ nhớ. Hãy giảm số lần lặp.
recognizer-flags = không rõ cờ { $x }. Các cờ được nhận: I (2), M (8), S (16), U (32), X (64).
recognizer-type-name = "{ $x }" không thể là tên loại. Hãy dùng một chữ cái, sau đó là chữ cái, chữ số, _ - hoặc .
recognizer-type-otherwise = loại "{ $x }" được khai báo ở nơi khác với lớp hoặc cách viết khác. Hãy thống nhất.
recognizer-types = quá nhiều loại. Hãy dùng ít hơn.
recognizer-class-of-known = lớp của "{ $x }" do pháp luật quy định. Hãy bỏ "class".
recognizer-class = lớp "{ $x }" không phải "basic" cũng không phải "sensitive".
recognizer-language = "{ $x }" không phải mã ngôn ngữ, ví dụ vi, ru, zh, en.
recognizer-many = quá nhiều – tối đa { $x }
recognizer-entry = một mục trong danh sách để trống hoặc dài hơn 256 byte.
recognizer-nothing = bộ nhận dạng không có patterns và cũng không có deny_list. Hãy bổ sung.
recognizer-list-file = không dùng được danh sách – { $x }
recognizer-no-files = không được nêu tệp tại đây.
