# Bảng khử nhận dạng: `tutela anonymize`.
cli-anonymize = Khử nhận dạng một bảng với mất mát ít nhất (k-ẩn danh và các mô hình khác)
cli-anonymize-more =
    Cột không được giao vai trò sẽ bị loại bỏ. Phân cấp là tệp h_CỘT.csv trong thư mục đã cho: giá trị;mức 1;mức 2;…; cột không có phân cấp
    được hiểu là số, ngày, mã hoặc từ. Bảng được ghi trọn vẹn hoặc không ghi; hàng không thể giấu giữa các hàng khác bị loại ra.
cli-arg-table = Bảng dạng văn bản có dấu phân cách (CSV), UTF-8, tên cột ở dòng đầu
cli-arg-anonymize-to = Nơi ghi bảng đã khử nhận dạng
cli-arg-quasi = Các cột có thể dùng để tìm ra một người, cách nhau bằng dấu phẩy: giá trị được khái quát hóa
cli-arg-sensitive = Các cột không được để lộ về một người: giữ nguyên khi mô hình cho phép
cli-arg-keep = Các cột khác được giữ nguyên
cli-arg-hierarchies = Thư mục chứa các phân cấp
cli-arg-k = Mỗi hàng giống ít nhất chừng này hàng ở các cột có thể dùng để tìm ra một người (k-ẩn danh)
cli-arg-distinct = Ít nhất chừng này giá trị nhạy cảm khác nhau giữa các hàng giống nhau (l-đa dạng phân biệt)
cli-arg-entropy = Độ đa dạng ít nhất bằng chừng này giá trị có tần suất bằng nhau (l-đa dạng entropy)
cli-arg-recursive = Giá trị thường gặp nhất ít hơn C lần tổng từ giá trị thứ L trở đi ((c,l)-đa dạng đệ quy)
cli-arg-close = Phân bố khác phân bố của cả bảng không quá mức này, từ 0 đến 1 (t-gần)
cli-arg-close-by-hierarchy = Như trên, xét độ gần của giá trị theo phân cấp của cột
cli-arg-suppress = Tỷ lệ hàng được phép loại ra, tính bằng phần trăm
cli-arg-measure = Đại lượng cần nhỏ nhất
anonymize-rows = Đã đọc { $rows } hàng, cung cấp { $released }, loại ra { $suppressed }
anonymize-level = { $column }: mức { $level } trên { $of }
anonymize-kind-number = hiểu là số
anonymize-kind-date = hiểu là ngày
anonymize-kind-code = hiểu là mã
anonymize-kind-word = hiểu là từ
anonymize-removed = Cột đã loại bỏ: { $columns }
anonymize-risk = Rủi ro còn lại: nhóm nhỏ nhất { $smallest } hàng; khả năng tìm ra một người nhất định tối đa { $highest }, trung bình { $average }. Trước đó { $alone } số hàng là duy nhất.
anonymize-way = Mất mát { $loss }, ít nhất trong { $lattice } cách (đã tính { $counted } cách)
anonymize-none = Không cách khái quát hóa nào của bảng này đáp ứng yêu cầu. Hãy cho phép loại ra nhiều hàng hơn (--suppress), giảm yêu cầu, hoặc đưa phân cấp sâu hơn. Chưa ghi gì.
anonymize-bad-row = Không đọc được hàng { $row } như một hàng của bảng (số ô khác hoặc không phải UTF-8). Chưa ghi gì.
anonymize-bad-column = Bảng không có cột "{ $column }", hoặc có nhiều hơn một. Chưa ghi gì.
anonymize-bad-role = Cột "{ $column }" được giao nhiều hơn một vai trò.
anonymize-bad-values = Cột "{ $column }" có hơn một triệu giá trị khác nhau: hãy đưa phân cấp, hoặc không giao vai trò để cột bị loại bỏ.
anonymize-bad-unknown = Hàng { $row }: giá trị ở cột "{ $column }" không có trong phân cấp của cột. Hãy bổ sung. Chưa ghi gì.
anonymize-bad-lattice = Có { $ways } cách khái quát hóa bảng này, nhiều hơn mức có thể tìm hết: hãy bớt cột hoặc bớt mức.
anonymize-bad-hierarchy = Không dùng được phân cấp: dòng { $line } có số mức khác, bị lặp, hoặc mâu thuẫn với dòng trước.
anonymize-bad-goal = Không thể yêu cầu như vậy: { $why }
anonymize-changed = Tệp thay đổi trong khi đọc. Chưa ghi gì; hãy chạy lại lệnh.
